import { assert, isThere, load, original, read, solved, testsPass } from '../../../../kit.mjs'
import { writeFileSync } from 'node:fs'
import { recordingContext } from '../../../../kit-canvas.mjs'

assert.ok(isThere('src/colours.js'), 'there is a src/colours.js')
const { COLOURS } = await load('src/colours.js')
assert.deepEqual(COLOURS, { background: '#10131c', meteor: '#e8c170', shot: '#9ad1d4', ship: '#ffffff' })
const { draw } = await load('src/draw.js')
writeFileSync('src/draw-before.js', original(import.meta.url, 'src/draw.js'))
const { draw: drawBefore } = await load('src/draw-before.js')
const { newWorld } = await load('src/world.js')
const world = {
  ...newWorld(() => 0.5),
  meteors: [
    { x: 300, y: 50, r: 9 },
    { x: 100, y: 90, r: 12 },
  ],
  shots: [{ x: 60, y: 50, r: 3 }],
  score: 120,
  lives: 2,
}
const drawn = (how, ...args) => {
  const { context, calls } = recordingContext()
  how(context, ...args)
  return calls.map(({ name, args: given, fillStyle }) => ({
    name,
    given,
    fillStyle: ['fill', 'fillRect', 'fillText'].includes(name) ? fillStyle : '',
  }))
}
for (const one of [world, { ...world, lives: 0, isOver: true }, newWorld(() => 0.5)])
  assert.deepEqual(drawn(draw, one), drawn(drawBefore, one), 'the same is drawn')
const night = { background: 'b', meteor: 'm', shot: 's', ship: 'p' }
const colours = drawn(draw, world, night).flatMap(({ fillStyle }) => fillStyle || [])
assert.deepEqual(colours, ['b', 'm', 'm', 's', 'p', 'p', 'p'], 'other colours can be given')
assert.doesNotMatch(read('src/draw.js'), /#[0-9a-f]{6}/i, 'draw.js has no colour of its own')
assert.equal(read('src/draw.js').match(/\.arc\(/g)?.length, 1, 'circles are drawn in one place')
assert.ok(testsPass(), 'the tests of the project pass')
solved()
