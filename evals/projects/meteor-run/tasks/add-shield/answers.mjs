const parts = (lives) => [
  { read: 'src/world.js' },
  { read: 'src/draw.js' },
  {
    edit: 'src/world.js',
    old: 'const SPAWN = 0.8\n',
    new: 'const SPAWN = 0.8\n/** Seconds of shield after a crash. */\nconst SHIELD = 2\n',
  },
  { edit: 'src/world.js', old: 'lives: 3, reload', new: 'lives: 3, shield: 0, reload' },
  { edit: 'src/world.js', old: '  const lives = Math.max(0, world.lives - crashed.length)\n', new: lives },
  { edit: 'src/world.js', old: 'reload, spawn, lives, score', new: 'reload, spawn, lives, shield, score' },
  {
    edit: 'src/draw.js',
    old: "  context.font = '16px",
    new: "  if (world.shield > 0) {\n    context.strokeStyle = '#9ad1d4'\n    context.beginPath()\n    context.arc(x, y, r + 6, 0, Math.PI * 2)\n    context.stroke()\n  }\n  context.font = '16px",
  },
]

export const right = [
  ...parts(`  const isHit = crashed.length > 0 && world.shield <= 0
  const lives = world.lives - (isHit ? 1 : 0)
  const shield = isHit ? SHIELD : Math.max(0, world.shield - seconds)
`),
  { try: 'npm test' },
]

// Every touch puts it up again: nobody is ever hit twice.
export const wrong = [
  ...parts(`  const lives = world.lives - (crashed.length > 0 && world.shield <= 0 ? 1 : 0)
  const shield = crashed.length > 0 ? SHIELD : Math.max(0, world.shield - seconds)
`),
  { try: 'npm test' },
]
