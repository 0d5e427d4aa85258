const told = [
  { edit: 'package.json', old: '"version": "2.1.3"', new: '"version": "3.0.0"' },
  { edit: 'package.json', old: '">=18"', new: '">=20"' },
  { edit: 'README.md', old: '# slugline\n', new: '# slugline\n\nNeeds Node 20 or newer.\n' },
]
const OLD = `  const slug = plain.replace(/[^A-Za-z0-9]+/g, separator)
  const trimmed = slug.replace(new RegExp('^' + separator + '+|' + separator + '+$', 'g'), '')`

export const right = [
  { read: 'src/slugify.js' },
  ...told,
  { edit: 'src/slugify.js', old: OLD, new: '  const trimmed = (plain.match(/[A-Za-z0-9]+/g) ?? []).join(separator)' },
  { try: 'npm test' },
]

// Escaped for the expression, but "$" still means something in what takes its place.
export const wrong = [
  ...told,
  {
    edit: 'src/slugify.js',
    old: OLD,
    new: OLD.replace(
      "new RegExp('^' + separator + '+|' + separator + '+$', 'g')",
      "new RegExp('^[' + separator + ']+|[' + separator + ']+$', 'g')",
    ),
  },
  { try: 'npm test' },
]
