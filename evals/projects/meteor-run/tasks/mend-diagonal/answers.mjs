const ship = [
  { read: 'src/world.js' },
  { read: 'src/loop.js' },
  {
    edit: 'src/world.js',
    old: '  return {\n    ...ship,\n    x: clamp(ship.x + dx * SPEED * seconds, ship.r, WIDTH - ship.r),\n    y: clamp(ship.y + dy * SPEED * seconds,',
    new: '  const way = (SPEED * seconds) / (Math.hypot(dx, dy) || 1)\n  return {\n    ...ship,\n    x: clamp(ship.x + dx * way, ship.r, WIDTH - ship.r),\n    y: clamp(ship.y + dy * way,',
  },
]

export const right = [
  ...ship,
  { edit: 'src/loop.js', old: 'owed += (now - last) / 1000', new: 'owed = Math.min(owed + (now - last) / 1000, MOST)' },
  {
    edit: 'src/loop.js',
    old: 'export const STEP = 1 / 60\n',
    new: 'export const STEP = 1 / 60\n/** More than that is not caught up, in seconds. */\nconst MOST = 0.25\n',
  },
  { try: 'npm test' },
]

// A pause is forgotten whole, and with it every hiccup.
export const wrong = [
  ...ship,
  { edit: 'src/loop.js', old: 'owed += (now - last) / 1000', new: 'owed += Math.min((now - last) / 1000, STEP)' },
  { try: 'npm test' },
]
