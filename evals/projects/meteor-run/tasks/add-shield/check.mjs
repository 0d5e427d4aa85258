import { assert, load, solved, testsPass } from '../../../../kit.mjs'
import { recordingContext } from '../../../../kit-canvas.mjs'

const { newWorld, step } = await load('src/world.js')
const { draw } = await load('src/draw.js')
const fresh = newWorld(() => 0.5)
assert.equal(fresh.shield, 0, 'there is no shield at the start')
const on = (dx = 0) => ({ x: fresh.ship.x + dx, y: fresh.ship.y, r: 10, speed: 0 })
const far = { x: 300, y: 40, r: 10, speed: 0 }
const before = { ...fresh, meteors: [on(), on(5), far], spawn: 100 }
const hit = step(before, {}, 0.01)
assert.equal(hit.lives, 2, 'several meteors at once cost one life')
assert.equal(hit.meteors.length, 1, 'they are destroyed')
assert.ok(Math.abs(hit.shield - 2) <= 0.011, 'the shield is up for two seconds')
assert.equal(before.shield, 0, 'the old world is not changed')
const again = step({ ...hit, meteors: [on(), far] }, {}, 0.5)
assert.equal(again.lives, 2, 'the shield costs no life')
assert.equal(again.meteors.length, 1, 'a meteor that touches it is destroyed')
assert.equal(again.score, 0, 'without points')
assert.ok(Math.abs(again.shield - (hit.shield - 0.5)) < 1e-9, 'it counts down and is not renewed by a touch')
let later = again
for (let n = 0; n < 40; n++) later = step({ ...later, meteors: [], spawn: 100 }, {}, 0.05)
assert.equal(later.shield, 0, 'it ends at 0 and not below')
const second = step({ ...later, meteors: [on()] }, {}, 0.01)
assert.equal(second.lives, 1, 'then a crash costs a life again')
const last = step({ ...second, shield: 0, meteors: [on()] }, {}, 0.01)
assert.deepEqual([last.lives, last.isOver], [0, true], 'the last life ends the game')
const circles = (world) => {
  const { context, calls } = recordingContext()
  draw(context, world)
  return calls.filter(
    ({ name, args }, at) =>
      name === 'arc' &&
      args[2] === world.ship.r + 6 &&
      args[0] === world.ship.x &&
      args[1] === world.ship.y &&
      calls.slice(at).some((one) => one.name === 'stroke'),
  )
}
assert.equal(circles({ ...fresh, shield: 1.2 }).length, 1, 'the shield is drawn')
assert.equal(circles(fresh).length, 0, 'none is drawn where there is none')
assert.ok(testsPass(), 'the tests of the project pass')
solved()
