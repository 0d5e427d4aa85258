const config = {
  edit: 'tsconfig.json',
  old: '"strict": true,',
  new: '"strict": true,\n    "noUncheckedIndexedAccess": true,\n    "exactOptionalPropertyTypes": true,',
}
const pick = (test) => `/** An object with these of its own keys only. */
export function pick<T extends object, K extends keyof T>(object: T, keys: readonly K[]): Pick<T, K> {
  const picked = {} as Pick<T, K>
  for (const key of keys) if (${test}) picked[key] = object[key]
  return picked
}
`
export const right = [
  { read: 'src/pick.ts' },
  config,
  { write: 'src/pick.ts', text: pick('Object.hasOwn(object, key)') },
  { diagnose: 'src' },
  { try: 'npm test' },
]

// Typed well, and toString is still taken.
export const wrong = [config, { write: 'src/pick.ts', text: pick('key in object') }, { try: 'npm test' }]
