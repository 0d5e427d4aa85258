/** Rows of a CSV text, each a list of fields. */
export function parseCsv(text) {
  const rows = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    const fields = []
    let field = ''
    let isQuoted = false
    for (let i = 0; i < line.length; i++) {
      const character = line[i]
      if (isQuoted && character === '"' && line[i + 1] === '"') {
        field += '"'
        i++
      } else if (character === '"') isQuoted = !isQuoted
      else if (character === ',' && !isQuoted) {
        fields.push(field)
        field = ''
      } else field += character
    }
    fields.push(field)
    rows.push(fields)
  }
  return rows
}

/** A field as it stands in a file. */
export function csvField(value) {
  const text = String(value)
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
