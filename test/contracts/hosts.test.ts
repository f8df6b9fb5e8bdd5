import { hostKinds } from '../fixtures/hosts.js';
import { hostContract } from './host.contract.js';

for (const kind of hostKinds) hostContract(kind);
