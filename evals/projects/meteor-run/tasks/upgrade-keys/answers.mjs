const keys = (up) => `const NAMES = {
  ArrowUp: 'up',
  KeyW: 'up',
  ArrowDown: 'down',
  KeyS: 'down',
  ArrowLeft: 'left',
  KeyA: 'left',
  ArrowRight: 'right',
  KeyD: 'right',
  Space: 'fire',
}

/** Follows the keys of a window. \`input\` says what is held now. */
export function createKeys(target) {
  const input = {}
  const held = new Set()
  const tell = () => {
    for (const name of Object.values(NAMES)) input[name] = false
    for (const code of held) input[NAMES[code]] = true
  }
  const down = (event) => {
    if (!Object.hasOwn(NAMES, event.code) || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    held.add(event.code)
    tell()
  }
  const up = (event) => {
${up}
  }
  const blur = () => {
    held.clear()
    tell()
  }
  const listeners = { keydown: down, keyup: up, blur }
  for (const [name, listener] of Object.entries(listeners)) target.addEventListener(name, listener)
  return {
    input,
    stop: () => {
      for (const [name, listener] of Object.entries(listeners)) target.removeEventListener(name, listener)
    },
  }
}
`
const game = [
  { read: 'src/game.js' },
  {
    edit: 'src/game.js',
    old: "const KEYS = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right', ' ': 'fire' }\n",
    new: '',
  },
  { edit: 'src/game.js', old: 'const input = {}\n', new: 'const { input } = createKeys(window)\n' },
  {
    edit: 'src/game.js',
    old: "addEventListener('keydown', (event) => (input[KEYS[event.key]] = true))\naddEventListener('keyup', (event) => (input[KEYS[event.key]] = false))\n",
    new: '',
  },
  { edit: 'src/game.js', old: 'import { createLoop }', new: "import { createKeys } from './keys.js'\nimport { createLoop }" },
]

export const right = [...game, { write: 'src/keys.js', text: keys('    held.delete(event.code)\n    tell()') }, { try: 'npm test' }]

// A key that is let go of with Ctrl held stays down for good.
export const wrong = [
  ...game,
  {
    write: 'src/keys.js',
    text: keys('    if (event.ctrlKey || event.altKey || event.metaKey) return\n    held.delete(event.code)\n    tell()'),
  },
  { try: 'npm test' },
]
