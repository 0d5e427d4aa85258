import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { compileAny, compilePattern, matchesIn, RegexError, RegexMissing, type PatternStyle } from './pattern'

const ERE: PatternStyle = { dialect: 'ere' }
const HAS_SED = spawnSync('sed', ['--version']).status === 0

function marked(source: string, text: string, style = ERE): string {
  const pattern = compilePattern(source, style)
  let out = ''
  let at = 0
  for (const match of matchesIn(pattern, text)) {
    const groups = Array.from({ length: Math.min(pattern.groups, 9) + 1 }, (_, i) => match.group(i) ?? '')
    out += `${text.slice(at, match.start)}[${groups.join('|')}]`
    at = match.end
  }
  return out + text.slice(at)
}

/** Numbers that are the same at every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff
    return (state >> 8) % sides
  }
}

const ATOMS = ['a', 'b', 'c', '.', '[ab]', '[^a]', 'ab', '\\w', '[[:alpha:]]', '_', 'bc', '[a-c]']
const ENDS = ['', '', '', '$', '\\b', '\\>']
const STARTS = ['', '', '', '^', '\\b', '\\<']

class Maker {
  readonly roll: (sides: number) => number
  groups = 0

  constructor(roll: (sides: number) => number) {
    this.roll = roll
  }

  one<T>(list: readonly T[], other: T): T {
    return list[this.roll(list.length)] ?? other
  }

  part(depth: number): string {
    const kind = this.roll(9)
    if (depth === 0 || kind < 3) return this.one(ATOMS, 'a') + (this.roll(3) === 0 ? this.one(['*', '+', '?', '{1,2}'], '') : '')
    if (kind < 5) return this.part(depth - 1) + this.part(depth - 1)
    this.groups += 1
    if (kind < 7) return `(${this.part(depth - 1)}|${this.part(depth - 1)})`
    const body = this.one(ATOMS, 'a') + this.one(ATOMS, 'b')
    return kind < 8 ? `(${this.part(depth - 1)})` : `(${body})${this.one(['*', '+', '?', '{2}'], '*')}`
  }
}

describe('a pattern', () => {
  it.skipIf(!HAS_SED)('finds the matches and groups that sed finds, for 600 expressions made up', () => {
    const roll = dice(7)
    const words = Array.from({ length: 60 }, () => Array.from({ length: roll(10) }, () => 'aabbc_ -'.charAt(roll(8))).join(''))
    const wrong: string[] = []
    for (let i = 0; i < 600; i++) {
      const maker = new Maker(roll)
      const source = maker.one(STARTS, '') + maker.part(3) + maker.one(ENDS, '')
      const groups = Array.from({ length: Math.min(maker.groups, 9) }, (_, j) => `|\\${j + 1}`).join('')
      const run = spawnSync('sed', ['-E', `s/${source}/[&${groups}]/g`], { input: `${words.join('\n')}\n`, env: { LANG: 'C.UTF-8' } })
      const real = run.stdout.toString().split('\n')
      for (const [j, word] of words.entries()) {
        const ours = marked(source, word)
        if (ours !== real[j]) wrong.push(`${source} on ${word}: ${ours}, sed ${real[j]}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('takes the longest match, and of its groups those that sed takes', () => {
    expect(marked('(a|ab)(c|bcd)(d*)', 'abcd')).toBe('[abcd|a|bcd|]')
    expect(marked('a?(ab)?', 'ab')).toBe('[ab|ab]')
    expect(marked('(a|(b))*', 'ba')).toBe('[ba|a|b]')
    expect(marked('(a*)*', 'b')).toBe('[|]b[|]')
    expect(marked('foo|foobar|foob', 'foobarfoo')).toBe('[foobar][foo]')
  })

  it('ends in time where backtracking would not', () => {
    const text = 'a'.repeat(4000)
    expect(compilePattern('(a+)+b', ERE).test(text)).toBe(false)
    expect(compilePattern('(a|a)*b|(a|aa)+$', ERE).exec(text)?.end).toBe(4000)
    expect(compilePattern('.*.*.*=', ERE).test(text)).toBe(false)
  })

  it('follows back-references', () => {
    expect(marked('(.)\\1', 'aabbcd')).toBe('[aa|a][bb|b]cd')
    expect(marked('\\(a*\\)b\\1', 'aabaa', { dialect: 'bre' })).toBe('[aabaa|aa]')
    expect(marked('(a)\\1', 'aA', { dialect: 'ere', ignoreCase: true })).toBe('[aA|a]')
  })

  it('reads the dialects of grep, sed, awk and find', () => {
    expect(marked('*a\\+', '*aa', { dialect: 'grep' })).toBe('[*aa]')
    expect(marked('a{', 'a{', { dialect: 'egrep' })).toBe('[a{]')
    expect(marked('\\t\\.x\\/', '\t.x/', { dialect: 'awk' })).toBe('[\t.x/]')
    expect(marked('a\\x5eb\\n', 'a^b\n', { dialect: 'bre', escapes: 'sed' })).toBe('[a^b\n]')
    expect(marked('a+\\(b\\|c\\)', 'aac', { dialect: 'emacs' })).toBe('[aac|c]')
    expect(marked('a.c*', 'xa.c*', { dialect: 'fixed' })).toBe('x[a.c*]')
  })

  it('has no character where bytes are no UTF-8', () => {
    expect(marked('.', 'a\udcffb')).toBe('[a]\udcff[b]')
    expect(marked('[^x]', '\udcff\u{1f600}')).toBe('\udcff[\u{1f600}]')
  })

  it('knows letters beyond ASCII', () => {
    expect(marked('[[:upper:]]\\w+', 'zÉtéx')).toBe('z[Étéx]')
    expect(marked('é', 'É', { dialect: 'ere', ignoreCase: true })).toBe('[É]')
    expect(marked('\\bé\\b', 'é xé')).toBe('[é] xé')
  })

  it('words its errors as the C library does', () => {
    const told = (source: string, style = ERE): string => {
      try {
        compilePattern(source, style)
        return 'none'
      } catch (thrown) {
        return thrown instanceof RegexError ? thrown.message : 'another'
      }
    }
    expect(told('[a')).toBe('Unmatched [, [^, [:, [., or [=')
    expect(told('(a')).toBe('Unmatched ( or \\(')
    expect(told('a)')).toBe('Unmatched ) or \\)')
    expect(told('*a')).toBe('Invalid preceding regular expression')
    expect(told('[[:foo:]]')).toBe('Invalid character class name')
    expect(told('[z-a]')).toBe('Invalid range end')
    expect(told('(a)\\2')).toBe('Invalid back reference')
    expect(told('a{2,1}')).toBe('Invalid content of \\{\\}')
    expect(told('a{99999}')).toBe('Regular expression too big')
    expect(told('a\\')).toBe('Trailing backslash')
    expect(compilePattern('*a', { dialect: 'egrep' }).warnings).toEqual(['* at start of expression'])
  })

  it('matches what Perl and Rust have, and names what it cannot', () => {
    const perl: PatternStyle = { dialect: 'perl' }
    expect(marked('foo\\Kbar', 'foobar bar', perl)).toBe('foo[bar] bar')
    expect(marked('(?<=a)b(?!c)', 'abc ab', perl)).toBe('abc a[b]')
    expect(marked('(?i)ab(?-i)c', 'ABc ABC', perl)).toBe('[ABc] ABC')
    expect(marked('a++ab|(?>x*)y', 'aaab xxy', perl)).toBe('aaab [xxy]')
    expect(marked('(?x) a \\d+ # number', 'a12', perl)).toBe('[a12]')
    expect(marked('a|ab', 'ab', perl)).toBe('[a]b')
    expect(marked('\\p{Lu}\\d', 'É٣', { dialect: 'rust' })).toBe('[É٣]')
    expect(marked('[a-z&&[^b]]+', 'abc', { dialect: 'rust' })).toBe('[a]b[c]')
    expect(() => compilePattern('(?R)', perl)).toThrow(RegexMissing)
    expect(() => compilePattern('(?=a)', { dialect: 'rust' })).toThrow(RegexError)
  })

  it('takes several expressions as one, and only whole words or lines where asked', () => {
    const any = compileAny(['(a)\\1', '(b)\\1'], { dialect: 'egrep' })
    expect([...matchesIn(any, 'abb aa')].map((match) => match.group(0))).toEqual(['bb', 'aa'])
    expect(marked('foo|fo', 'foo fo xfoo', { dialect: 'egrep', whole: 'word' })).toBe('[foo] [fo] xfoo')
    expect(compilePattern('a|ab', { dialect: 'egrep', whole: 'line' }).test('ab')).toBe(true)
  })
})
