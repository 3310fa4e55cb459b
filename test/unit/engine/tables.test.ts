import { describe, expect, it } from 'vitest';
import { createWorld } from '../../../sim-core/engine/index.ts';

describe('objects', () => {
  it('have the id of their names in every state that a world is brought to', () => {
    const { objects, ...world } = withObjects();
    const web = objects.id('pods', 'default', 'web');
    const snapshot = world.save();
    const db = objects.id('pods', 'default', 'db');
    expect(objects.find('pods', 'default', 'db')).toBe(db);
    world.load(snapshot);
    expect(objects.find('pods', 'default', 'web')).toBe(web);
    expect(objects.find('pods', 'default', 'db')).toBeUndefined();
    // Another object takes the id that `db` had.
    const cache = objects.id('services', 'shop', 'cache');
    expect(cache).toBe(db);
    expect(objects.find('pods', 'default', 'db')).toBeUndefined();
    expect(objects.id('pods', 'default', 'db')).toBe(cache + 1);
    expect([objects.resource(cache), objects.namespace(cache), objects.name(cache)]).toEqual([
      'services',
      'shop',
      'cache',
    ]);
  });

  it('enter the digest once', () => {
    const once = createWorld({ seed: '1', components: [] });
    once.objects.id('pods', 'default', 'web');
    const twice = createWorld({ seed: '1', components: [] });
    for (let i = 0; i < 2; i++) twice.objects.id('pods', 'default', 'web');
    expect(twice.digest()).toBe(once.digest());
  });
});

function withObjects() {
  const world = createWorld({ seed: '1', components: [] });
  return {
    objects: world.objects,
    save: () => world.snapshot(),
    load: (s: ReturnType<typeof world.snapshot>) => world.restore(s),
  };
}
