const HEAD = `import assert from 'node:assert/strict'
import test from 'node:test'
import { WIDTH, newWorld, step } from '../src/world.js'

const calm = (more = {}) => ({ ...newWorld(() => 0.5), spawn: 100, ...more })
const frozen = (world) => {
  for (const list of [world.shots, world.meteors]) list.forEach(Object.freeze), Object.freeze(list)
  Object.freeze(world.ship)
  return Object.freeze(world)
}

test('fires from the nose, four times a second', () => {
  const first = step(frozen(calm()), { fire: true }, 0.01)
  assert.deepEqual(first.shots, [{ x: first.ship.x + first.ship.r, y: first.ship.y, r: 3 }])
  const soon = step(first, { fire: true }, 0.2)
  assert.equal(soon.shots.length, 1)
  assert.equal(step(soon, { fire: true }, 0.06).shots.length, 2)
})

test('shots leave the screen', () => {
  assert.deepEqual(step(calm({ shots: [{ x: WIDTH - 1, y: 9, r: 3 }] }), {}, 0.1).shots, [])
})

test('meteors come, move and vanish', () => {
  const world = newWorld(() => 0.5)
  assert.equal(step(world, {}, 0.79).meteors.length, 0)
  assert.equal(step(world, {}, 0.8).meteors.length, 1)
  const meteor = { x: 300, y: 20, r: 10, speed: 100 }
  assert.equal(step(calm({ meteors: [meteor] }), {}, 0.5).meteors[0].x, 250)
  assert.deepEqual(step(calm({ meteors: [{ ...meteor, x: -9 }] }), {}, 0.1).meteors, [])
})
`
const crash = (over) => `
test('a crash costs a life', () => {
  const world = calm()
  const hit = step({ ...world, meteors: [{ ...world.ship, speed: 0 }] }, {}, 0.01)
  assert.deepEqual([hit.lives, hit.meteors, hit.isOver], [2, [], false])
${over}})
`
export const right = [
  { read: 'src/world.js' },
  {
    write: 'test/rules.test.js',
    text:
      HEAD +
      crash(`  const end = step({ ...world, lives: 1, meteors: [{ ...world.ship, speed: 0 }] }, {}, 0.01)
  assert.equal(end.isOver, true)
  assert.deepEqual(step(end, { right: true, fire: true }, 0.1), end)
`),
  },
  { try: 'npm test' },
]

// Nobody plays to the end.
export const wrong = [{ write: 'test/rules.test.js', text: HEAD + crash('') }, { try: 'npm test' }]
