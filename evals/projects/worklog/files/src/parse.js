const DAY = /^(\d{4})-(\d{2})-(\d{2})$/
const SPAN = /^(\d{2}):(\d{2})-(\d{2}):(\d{2})\s+(\S+)(?:\s+(.*))?$/

function minuteOf(hours, minutes, line) {
  const h = Number(hours)
  const m = Number(minutes)
  if (h > 23 || m > 59) throw new Error(`line ${line}: no such time ${hours}:${minutes}`)
  return h * 60 + m
}

/**
 * Entries of a log: `{ date, start, end, minutes, project, note }`, times in minutes from midnight.
 * Throws an Error that names the line for what it cannot read.
 */
function parseLog(text) {
  const entries = []
  let date
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = index + 1
    const content = raw.trim()
    if (content === '' || content.startsWith('#')) return
    if (DAY.test(content)) {
      date = content
      return
    }
    const span = SPAN.exec(content)
    if (!span) throw new Error(`line ${line}: cannot read "${content}"`)
    if (date === undefined) throw new Error(`line ${line}: there is no date above it`)
    const start = minuteOf(span[1], span[2], line)
    const end = minuteOf(span[3], span[4], line)
    entries.push({ date, start, end, minutes: end - start, project: span[5], note: span[6] ?? '' })
  })
  return entries
}

module.exports = { parseLog }
