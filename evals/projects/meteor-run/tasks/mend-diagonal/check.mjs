import { assert, load, solved, testsPass } from '../../../../kit.mjs'

const { newWorld, step } = await load('src/world.js')
const { createLoop, STEP } = await load('src/loop.js')
const start = { ...newWorld(() => 0.5), ship: { x: 200, y: 160, r: 10 } }
const moved = (input) => {
  const { ship } = step(start, input, 0.1)
  return [ship.x - 200, ship.y - 160]
}
const near = (value, wanted, what) => assert.ok(Math.abs(value - wanted) < 1e-6, `${what}: ${value} and not ${wanted}`)
near(moved({ right: true })[0], 22, 'to the right')
near(moved({ up: true })[1], -22, 'up')
for (const [keys, x, y] of [
  ['right down', 1, 1],
  ['left up', -1, -1],
  ['right up', 1, -1],
]) {
  const [dx, dy] = moved(Object.fromEntries(keys.split(' ').map((key) => [key, true])))
  near(Math.hypot(dx, dy), 22, `${keys} is as fast as straight`)
  near(dx, (x * 22) / Math.SQRT2, keys)
  near(dy, (y * 22) / Math.SQRT2, keys)
}
near(moved({ left: true, right: true, down: true })[1], 22, 'left and right together are neither')
assert.deepEqual(moved({}), [0, 0])
const counts = { updates: 0, renders: 0 }
const seconds = new Set()
const loop = createLoop(
  (one) => (seconds.add(one), (counts.updates += 1)),
  () => (counts.renders += 1),
)
loop(1000)
for (let n = 1; n <= 60; n++) loop(1000 + (n * 1000) / 60)
assert.ok(counts.updates >= 59 && counts.updates <= 60, `sixty steps a second, not ${counts.updates}`)
assert.equal(counts.renders, 61)
counts.updates = 0
loop(2000 + 60_000)
assert.ok(counts.updates >= 1 && counts.updates <= 16, `after a pause at most a quarter of a second, not ${counts.updates} steps`)
counts.updates = 0
loop(2000 + 60_000 + 1000 / 60)
assert.ok(counts.updates <= 3, 'nothing of the pause is owed afterwards')
counts.updates = 0
loop(62_000 + 1000 / 60 + 200)
assert.ok(counts.updates >= 11, 'a short hiccup is caught up')
assert.deepEqual([...seconds], [STEP], 'steps stay as long as they were')
assert.ok(testsPass(), 'the tests of the project pass')
solved()
