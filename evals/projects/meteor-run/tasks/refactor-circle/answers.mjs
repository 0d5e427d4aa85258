const draw = (text) => `import { COLOURS } from './colours.js'
import { HEIGHT, WIDTH } from './world.js'

function circle(context, { x, y, r }) {
  context.beginPath()
  context.arc(x, y, r, 0, Math.PI * 2)
  context.fill()
}

/** Draws a world on a 2D context. */
export function draw(context, world, colours = COLOURS) {
  context.fillStyle = colours.background
  context.fillRect(0, 0, WIDTH, HEIGHT)
  context.fillStyle = colours.meteor
  for (const meteor of world.meteors) circle(context, meteor)
  context.fillStyle = colours.shot
  for (const shot of world.shots) circle(context, shot)
  context.fillStyle = ${text}.ship
  const { x, y, r } = world.ship
  context.beginPath()
  context.moveTo(x + r, y)
  context.lineTo(x - r, y - r)
  context.lineTo(x - r, y + r)
  context.closePath()
  context.fill()
  context.font = '16px monospace'
  context.fillText(\`\${world.score}\`, 10, 22)
  context.fillText('♥'.repeat(world.lives), 10, 42)
  if (world.isOver) context.fillText('Game over', WIDTH / 2 - 40, HEIGHT / 2)
}
`
const colours = {
  write: 'src/colours.js',
  text: "export const COLOURS = { background: '#10131c', meteor: '#e8c170', shot: '#9ad1d4', ship: '#ffffff' }\n",
}

export const right = [{ read: 'src/draw.js' }, colours, { write: 'src/draw.js', text: draw('colours') }, { try: 'npm test' }]

// One colour that is not the one that was given.
export const wrong = [{ read: 'src/draw.js' }, colours, { write: 'src/draw.js', text: draw('COLOURS') }, { try: 'npm test' }]
