const FORMAT = `/** Minutes as people say them: \`2h 05m\`. */
function formatMinutes(minutes) {
  return \`\${Math.floor(minutes / 60)}h \${String(minutes % 60).padStart(2, '0')}m\`
}

module.exports = { formatMinutes }
`
const line = `    const hours = Math.floor(minutes / 60)
    const rest = minutes % 60
    out += \`\${project.padEnd(width)}\${hours}h \${String(rest).padStart(2, '0')}m\\n\``
const total = `  const hours = Math.floor(total / 60)
  const rest = total % 60
  return \`\${out}\${'total'.padEnd(width)}\${hours}h \${String(rest).padStart(2, '0')}m\\n\``

const text = [
  { read: 'src/report.js' },
  { write: 'src/format.js', text: FORMAT },
  { edit: 'src/report.js', old: '/** Minutes by project', new: "const { formatMinutes } = require('./format')\n\n/** Minutes by project" },
  { edit: 'src/report.js', old: line, new: '    out += `${project.padEnd(width)}${formatMinutes(minutes)}\\n`' },
  { edit: 'src/report.js', old: total, new: "  return `${out}${'total'.padEnd(width)}${formatMinutes(total)}\\n`" },
]

export const right = [
  ...text,
  {
    edit: 'src/report.js',
    old: "${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, '0')}m",
    new: '${formatMinutes(minutes)}',
  },
  { edit: 'src/report.js', old: "${Math.floor(total / 60)}h ${String(total % 60).padStart(2, '0')}m", new: '${formatMinutes(total)}' },
  { try: 'npm test' },
]

// Leaves the table as it was.
export const wrong = [...text, { try: 'npm test' }]
