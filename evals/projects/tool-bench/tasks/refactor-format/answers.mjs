const report = (cut, left) => `import { formatLength } from '../../units/src/index.js'

/** A plan for the workshop, one line a board. */
export function report(boards) {
  const lines = boards.map(({ cuts, left }, index) => {
    const list = cuts.map((cut) => ${cut}).join(' + ')
    return \`board \${index + 1}: \${list} (left \${${left}})\`
  })
  const waste = boards.reduce((sum, { left }) => sum + Math.max(0, left), 0)
  return \`\${lines.join('\\n')}\\n\${boards.length} boards, \${formatLength(waste, 'm', 3)} left\\n\`
}
`
export const right = [
  { read: 'packages/planner/src/report.js' },
  { read: 'packages/units/src/format.js' },
  { write: 'packages/planner/src/report.js', text: report("formatLength(cut, 'm', 3)", "formatLength(Math.max(0, left), 'm', 3)") },
  { try: 'npm test' },
]

// Two digits, which the tests of the project do not notice.
export const wrong = [
  { write: 'packages/planner/src/report.js', text: report('formatLength(cut)', 'formatLength(Math.max(0, left))') },
  { try: 'npm test' },
]
