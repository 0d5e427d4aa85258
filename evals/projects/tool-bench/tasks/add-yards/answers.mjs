const REPORT = `import { formatLength } from '../../units/src/index.js'

/** A plan for the workshop, one line a board. */
export function report(boards, { unit = 'm' } = {}) {
  const shown = (mm) => formatLength(Math.max(0, mm), unit, 3)
  const lines = boards.map(({ cuts, left }, index) => \`board \${index + 1}: \${cuts.map(shown).join(' + ')} (left \${shown(left)})\`)
  const waste = boards.reduce((sum, { left }) => sum + Math.max(0, left), 0)
  return \`\${lines.join('\\n')}\\n\${boards.length} boards, \${shown(waste)} left\\n\`
}
`
const parts = [
  { search: 'FACTORS' },
  { edit: 'packages/units/src/convert.js', old: 'ft: 304.8 }', new: 'ft: 304.8, yd: 914.4 }' },
  { write: 'packages/planner/src/report.js', text: REPORT },
  { edit: 'packages/units/package.json', old: '1.3.0', new: '1.4.0' },
  { edit: 'packages/planner/package.json', old: '0.5.1', new: '0.6.0' },
]

export const right = [
  ...parts,
  { edit: 'packages/planner/package.json', old: '^1.3.0', new: '^1.4.0' },
  { try: 'npm test && npm run versions' },
]

// What planner wants is forgotten.
export const wrong = [...parts, { try: 'npm test' }]
