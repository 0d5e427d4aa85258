import { draw } from './draw.js'
import { createLoop } from './loop.js'
import { newWorld, step } from './world.js'

const KEYS = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right', ' ': 'fire' }
const context = document.querySelector('#game').getContext('2d')
const input = {}
let world = newWorld()
addEventListener('keydown', (event) => (input[KEYS[event.key]] = true))
addEventListener('keyup', (event) => (input[KEYS[event.key]] = false))
const loop = createLoop(
  (seconds) => (world = step(world, input, seconds)),
  () => draw(context, world),
)
const frame = (now) => {
  loop(now)
  requestAnimationFrame(frame)
}
requestAnimationFrame(frame)
