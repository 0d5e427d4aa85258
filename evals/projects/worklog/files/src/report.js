/** Minutes by project, the longest first, then by name. */
function sumByProject(entries) {
  const sums = new Map()
  for (const { project, minutes } of entries) sums.set(project, (sums.get(project) ?? 0) + minutes)
  return [...sums].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
}

function textReport(sums) {
  const width = Math.max(10, ...sums.map(([project]) => project.length)) + 1
  let total = 0
  let out = ''
  for (const [project, minutes] of sums) {
    total += minutes
    const hours = Math.floor(minutes / 60)
    const rest = minutes % 60
    out += `${project.padEnd(width)}${hours}h ${String(rest).padStart(2, '0')}m\n`
  }
  const hours = Math.floor(total / 60)
  const rest = total % 60
  return `${out}${'total'.padEnd(width)}${hours}h ${String(rest).padStart(2, '0')}m\n`
}

function markdownReport(sums) {
  let total = 0
  let out = '| project | time |\n| --- | --- |\n'
  for (const [project, minutes] of sums) {
    total += minutes
    out += `| ${project} | ${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, '0')}m |\n`
  }
  return `${out}| **total** | ${Math.floor(total / 60)}h ${String(total % 60).padStart(2, '0')}m |\n`
}

module.exports = { sumByProject, textReport, markdownReport }
