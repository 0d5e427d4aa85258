const code = [
  { read: 'src/unique.js' },
  {
    write: 'src/unique.js',
    text: `import { slugify } from './slugify.js'

/** A function that gives each slug once. */
export function uniqueSlugs(options) {
  const counts = {}
  return (title) => {
    const slug = slugify(title, options)
    if (counts[slug]) {
      counts[slug] += 1
      return slug + '-' + counts[slug]
    }
    counts[slug] = 1
    return slug
  }
}
`,
  },
  { edit: 'src/index.js', old: 'UniqueSlugs', new: 'uniqueSlugs' },
  { edit: 'test/unique.test.js', old: 'import { UniqueSlugs,', new: 'import { uniqueSlugs,' },
  { edit: 'test/unique.test.js', old: 'new UniqueSlugs()', new: 'uniqueSlugs()' },
  { edit: 'test/unique.test.js', old: "slugs.add('Hello')", new: "slugs('Hello')" },
  { edit: 'test/unique.test.js', old: "slugs.add('hello!')", new: "slugs('hello!')" },
]

export const right = [
  ...code,
  { edit: 'README.md', old: 'fill, UniqueSlugs }', new: 'fill, uniqueSlugs }' },
  { edit: 'README.md', old: '`new UniqueSlugs()`: `.add(title)` gives', new: '`uniqueSlugs()` gives a function; with a title it gives' },
  { try: 'npm test' },
]

// The page that people read still shows the class.
export const wrong = [...code, { try: 'npm test' }]
