import { describe, it } from 'vitest';
import { stackstormBed } from './stackstorm-bed.js';
import { stories } from './stackstorm-stories.js';

describe('a StackStorm target', () => {
  it.each(Object.entries(stories))('%s', async (_, story) => {
    const bed = await stackstormBed();
    try {
      await story(bed);
    } finally {
      await bed.remove();
    }
  });
});
