const slugify = [
  { read: 'src/slugify.js' },
  { edit: 'src/slugify.js', old: 'lower = true } = {}', new: 'lower = true, maxLength = Infinity } = {}' },
  {
    edit: 'src/slugify.js',
    old: '  return lower ? trimmed.toLowerCase() : trimmed\n}',
    new: `  const short = shorten(trimmed, separator, maxLength)
  return lower ? short.toLowerCase() : short
}

function shorten(slug, separator, maxLength) {
  if (slug.length <= maxLength) return slug
  const end = slug.lastIndexOf(separator, maxLength)
  return slug.slice(0, end > 0 ? end : maxLength)
}`,
  },
  {
    edit: 'README.md',
    old: "`slugify(text, { separator = '-', lower = true })`",
    new: "`slugify(text, { separator = '-', lower = true, maxLength })`",
  },
]

export const right = [
  ...slugify,
  {
    edit: 'src/unique.js',
    old: `      return slug + '-' + this.counts[slug]`,
    new: `      const end = '-' + this.counts[slug]
      const maxLength = (this.options?.maxLength ?? Infinity) - end.length
      return slugify(title, { ...this.options, maxLength }) + end`,
  },
  {
    write: 'test/max-length.test.js',
    text: `import assert from 'node:assert/strict'\nimport test from 'node:test'\nimport { slugify } from '../src/index.js'\n\ntest('cuts between words', () => {\n  assert.equal(slugify('the quick brown', { maxLength: 10 }), 'the-quick')\n})\n`,
  },
  { try: 'npm test' },
]

// The number at the end makes it longer again.
export const wrong = [...slugify, { try: 'npm test' }]
