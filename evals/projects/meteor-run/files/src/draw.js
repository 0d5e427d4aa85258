import { HEIGHT, WIDTH } from './world.js'

/** Draws a world on a 2D context. */
export function draw(context, world) {
  context.fillStyle = '#10131c'
  context.fillRect(0, 0, WIDTH, HEIGHT)
  context.fillStyle = '#e8c170'
  for (const { x, y, r } of world.meteors) {
    context.beginPath()
    context.arc(x, y, r, 0, Math.PI * 2)
    context.fill()
  }
  context.fillStyle = '#9ad1d4'
  for (const { x, y, r } of world.shots) {
    context.beginPath()
    context.arc(x, y, r, 0, Math.PI * 2)
    context.fill()
  }
  context.fillStyle = '#ffffff'
  const { x, y, r } = world.ship
  context.beginPath()
  context.moveTo(x + r, y)
  context.lineTo(x - r, y - r)
  context.lineTo(x - r, y + r)
  context.closePath()
  context.fill()
  context.font = '16px monospace'
  context.fillText(`${world.score}`, 10, 22)
  context.fillText('♥'.repeat(world.lives), 10, 42)
  if (world.isOver) context.fillText('Game over', WIDTH / 2 - 40, HEIGHT / 2)
}
