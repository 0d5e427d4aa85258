import { expect, it } from 'vitest'
import { twins, whyNotWritten } from './folder-names'
import { fateOf, type Fate } from './folder-plan'

/** Base, here, disk; `-` is a file that is not there. Every way in which three sides can agree or differ. */
const TABLE: Readonly<Record<string, Fate>> = {
  '---': 'same',
  '--a': 'theirs',
  '-a-': 'add',
  '-aa': 'same',
  '-ab': 'conflict',
  'a--': 'same',
  'a-a': 'remove',
  'a-b': 'conflict',
  'aa-': 'theirs',
  aaa: 'same',
  aab: 'theirs',
  'ab-': 'conflict',
  aba: 'change',
  abb: 'same',
  abc: 'conflict',
}

const sides = (key: string): readonly (string | null)[] => key.split('').map((side) => (side === '-' ? null : side))

it.each(Object.entries(TABLE))('judges a file whose sides are %s as %s', (key, fate) => {
  const [base = null, here = null, disk = null] = sides(key)
  expect(fateOf({ base, here, disk })).toBe(fate)
})

it('has a line for every combination of base, here and disk', () => {
  const all = new Set<string>()
  for (const base of '-abc') for (const here of '-abc') for (const disk of '-abc') all.add(renamed(`${base}${here}${disk}`))
  expect(Object.keys(TABLE).toSorted()).toEqual([...all].toSorted())
})

/** Which contents they are does not matter, only which are the same. */
function renamed(key: string): string {
  const names = new Map<string, string>([['-', '-']])
  return key
    .split('')
    .map((side) => names.get(side) ?? (names.set(side, 'abc'.charAt(names.size - 1)), names.get(side)))
    .join('')
}

it('writes nothing that the session has not seen, and removes nothing that moved on', () => {
  for (const [key, fate] of Object.entries(TABLE)) {
    const [base, , disk] = sides(key)
    if (fate === 'add' || fate === 'change' || fate === 'remove') expect(disk, key).toBe(base)
  }
})

it.each([
  '.tabwright/output/1.txt',
  'node_modules/a/index.js',
  'lib/node_modules/a',
  '.git/HEAD',
  'sub/.git',
  '.GIT/config',
  'a/git~1/hooks/x',
  '.g\u200cit/config',
])('keeps %j away from the disk, and says why', (path) => expect(whyNotWritten({ path })?.why).toBeTruthy())

it('keeps links away, and lets everything else go', () => {
  expect(whyNotWritten({ path: 'a', mode: 'symlink' })).toEqual({ path: 'a', why: 'is a symbolic link, which a browser cannot write' })
  for (const path of ['.gitignore', '.github/ci.yml', 'node_modules', 'src/.tabwright/x', 'git/config'])
    expect(whyNotWritten({ path })).toBeUndefined()
})

it('finds names that are one file on many disks', () => {
  expect([...twins(['README', 'readme', 'a', 'é', 'e\u0301'])]).toEqual([
    ['readme', 'README'],
    ['README', 'readme'],
    ['e\u0301', 'é'],
    ['é', 'e\u0301'],
  ])
})
