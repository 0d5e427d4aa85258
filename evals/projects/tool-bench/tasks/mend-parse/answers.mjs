const LOOP = `  const parts = [...text.trim().matchAll(/(\\d+(?:\\.\\d+)?)\\s*([a-z]+)\\s*/g)]
  if (parts.length === 0) throw new RangeError(\`no length: \${text}\`)`

export const right = [
  { read: 'packages/units/src/parse.js' },
  {
    edit: 'packages/units/src/parse.js',
    old: LOOP,
    new: `  const PART = '(\\\\d+(?:\\\\.\\\\d+)?)\\\\s*([A-Za-z_]+)\\\\s*'
  if (!new RegExp(\`^(?:\${PART})+$\`).test(text.trim())) throw new RangeError(\`no length: \${text}\`)
  const parts = [...text.trim().matchAll(new RegExp(PART, 'g'))]`,
  },
  {
    edit: 'packages/units/src/parse.js',
    old: '    const factor = FACTORS[unit]\n    if (factor === undefined) throw',
    new: '    const factor = FACTORS[unit]\n    if (!Object.hasOwn(FACTORS, unit)) throw',
  },
  { try: 'npm test' },
]

// Nothing may stand before or behind, and "constructor" is still a unit.
export const wrong = [
  {
    edit: 'packages/units/src/parse.js',
    old: LOOP,
    new: `  if (!/^(\\d+(?:\\.\\d+)?\\s*[A-Za-z_]+\\s*)+$/.test(text.trim())) throw new RangeError(\`no length: \${text}\`)
  const parts = [...text.trim().matchAll(/(\\d+(?:\\.\\d+)?)\\s*([A-Za-z_]+)\\s*/g)]`,
  },
  { try: 'npm test' },
]
