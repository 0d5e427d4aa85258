import assert from 'node:assert/strict'
import test from 'node:test'
import { HEIGHT, newWorld, step } from '../src/world.js'

const quiet = () => 0.5

test('the ship stays on the screen', () => {
  let world = newWorld(quiet)
  for (let n = 0; n < 200; n++) world = step({ ...world, meteors: [] }, { up: true }, 0.05)
  assert.equal(world.ship.y, world.ship.r)
  for (let n = 0; n < 200; n++) world = step({ ...world, meteors: [] }, { down: true }, 0.05)
  assert.equal(world.ship.y, HEIGHT - world.ship.r)
})

test('a shot takes a meteor', () => {
  const world = { ...newWorld(quiet), shots: [{ x: 200, y: 100, r: 3 }], meteors: [{ x: 205, y: 100, r: 10, speed: 0 }] }
  const next = step(world, {}, 0.01)
  assert.equal(next.score, 10)
  assert.deepEqual([next.shots, next.meteors], [[], []])
})
