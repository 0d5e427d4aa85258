const OLD = `    if (this.counts[slug]) {
      this.counts[slug] += 1
      return slug + '-' + this.counts[slug]
    }
    this.counts[slug] = 1
    return slug`

export const right = [
  { read: 'src/unique.js' },
  { edit: 'src/unique.js', old: 'this.counts = {}', new: 'this.given = new Set()' },
  {
    edit: 'src/unique.js',
    old: OLD,
    new: `    let unique = slug
    for (let n = 2; this.given.has(unique); n++) unique = slug + '-' + n
    this.given.add(unique)
    return unique`,
  },
  { try: 'npm test' },
]

// The case that was told, and not its mirror image.
export const wrong = [
  { edit: 'src/unique.js', old: 'this.counts = {}', new: 'this.counts = Object.create(null)' },
  {
    edit: 'src/unique.js',
    old: OLD,
    new: `    this.counts[slug] = (this.counts[slug] ?? 0) + 1
    if (this.counts[slug] === 1) return slug
    while (this.counts[slug + '-' + this.counts[slug]]) this.counts[slug] += 1
    return slug + '-' + this.counts[slug]`,
  },
  { try: 'npm test' },
]
