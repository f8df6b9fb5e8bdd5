/** Run before each test file: its hook is the last of the file's. */
import { afterAll } from 'vitest';
import { closeOpenedAfter } from '../fixtures/left-open.js';

afterAll(() => closeOpenedAfter(0));
