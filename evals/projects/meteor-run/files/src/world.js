export const WIDTH = 480
export const HEIGHT = 320
const SPEED = 220
const SHOT_SPEED = 420
const METEOR_SPEED = 120
const RELOAD = 0.25
const SPAWN = 0.8

/** A new game. `random` gives numbers from 0 up to 1. */
export function newWorld(random = Math.random) {
  return { ship: { x: 40, y: HEIGHT / 2, r: 10 }, shots: [], meteors: [], score: 0, lives: 3, reload: 0, spawn: SPAWN, random, isOver: false }
}

const hits = (a, b) => Math.hypot(a.x - b.x, a.y - b.y) < a.r + b.r
const clamp = (value, low, high) => Math.min(high, Math.max(low, value))

function moveShip(ship, input, seconds) {
  const dx = (input.right ? 1 : 0) - (input.left ? 1 : 0)
  const dy = (input.down ? 1 : 0) - (input.up ? 1 : 0)
  return {
    ...ship,
    x: clamp(ship.x + dx * SPEED * seconds, ship.r, WIDTH - ship.r),
    y: clamp(ship.y + dy * SPEED * seconds, ship.r, HEIGHT - ship.r),
  }
}

function newMeteor(random) {
  const r = 8 + random() * 14
  return { x: WIDTH + r, y: r + random() * (HEIGHT - 2 * r), r, speed: METEOR_SPEED + random() * 80 }
}

/** The world a moment later. */
export function step(world, input, seconds) {
  if (world.isOver) return world
  const ship = moveShip(world.ship, input, seconds)
  let reload = world.reload - seconds
  let shots = world.shots.map((shot) => ({ ...shot, x: shot.x + SHOT_SPEED * seconds })).filter((shot) => shot.x < WIDTH)
  if (input.fire && reload <= 0) {
    shots = [...shots, { x: ship.x + ship.r, y: ship.y, r: 3 }]
    reload = RELOAD
  }
  let spawn = world.spawn - seconds
  let meteors = world.meteors.map((meteor) => ({ ...meteor, x: meteor.x - meteor.speed * seconds })).filter((meteor) => meteor.x > -meteor.r)
  if (spawn <= 0) {
    meteors = [...meteors, newMeteor(world.random)]
    spawn = SPAWN
  }
  const gone = meteors.filter((meteor) => shots.some((shot) => hits(shot, meteor)))
  shots = shots.filter((shot) => !meteors.some((meteor) => hits(shot, meteor)))
  meteors = meteors.filter((meteor) => !gone.includes(meteor))
  const crashed = meteors.filter((meteor) => hits(ship, meteor))
  meteors = meteors.filter((meteor) => !crashed.includes(meteor))
  const lives = Math.max(0, world.lives - crashed.length)
  return { ...world, ship, shots, meteors, reload, spawn, lives, score: world.score + gone.length * 10, isOver: lives === 0 }
}
