import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, type Json } from './json'
import type { RulePattern } from './permission'
import { fitsTool, parseRule, printRule, wrongWith } from './rule-text'

const word = fc.oneof(fc.constantFrom('npm', 'run', '*', ';', '', "it's", '"', '\\', 'a b', '$x', '--flag=1', '–é\u202e'), fc.string())
const words = fc.array(word, { minLength: 1, maxLength: 5 })
const segment = fc.constantFrom('src', '*', '**', '*.ts', 'a?b', 'docs', 'ä', '.env', '(x)')
const where = fc.constantFrom({}, { cwd: '/workspace' }, { cwd: '/workspace/app' }, { cwd: '/' })
const pattern: fc.Arbitrary<RulePattern> = fc.oneof(
  fc
    .constantFrom('shell', 'read_file', 'grep', 'orders::refund', 'a::b_c::d-e', 'orders::*', '*::*', '::shell')
    .map((tool) => ({ type: 'tool' as const, tool })),
  fc.constantFrom('shell', 'fetch').map((tool) => ({ type: 'acts' as const, tool })),
  fc.tuple(words, fc.boolean(), where).map(([argv, exact, at]) => ({ type: 'argv' as const, tool: 'shell', argv, exact, ...at })),
  fc
    .tuple(fc.array(words, { minLength: 1, maxLength: 4 }), where)
    .map(([commands, at]) => ({ type: 'commands' as const, tool: 'shell', commands, ...at })),
  fc
    .tuple(fc.array(segment, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([parts, root]) => ({ type: 'path' as const, tool: 'edit_file', path: (root ? '/tmp/' : '') + parts.join('/') })),
  fc
    .constantFrom('https://a.dev', 'http://localhost:3000', 'https://x.a.dev:8443', 'https://a.dev, by git with the token kept for it')
    .map((host) => ({ type: 'host' as const, tool: 'fetch', host })),
  fc.dictionary(fc.string(), fc.string()).map((input: Json) => ({ type: 'bytes' as const, tool: 'shell', bytes: canonicalJson(input) })),
  fc
    .dictionary(fc.string(), fc.string())
    .map((input: Json) => ({ type: 'bytes' as const, tool: 'orders::refund', bytes: canonicalJson(input) })),
)

describe('the text of a rule', () => {
  it('[F41] is read back as the same rule', () => {
    fc.assert(
      fc.property(pattern, (one) => {
        expect(parseRule(printRule(one))).toEqual({ pattern: one })
      }),
      { numRuns: 2000 },
    )
  })

  it('never throws, whatever is typed', () => {
    const typed = fc.oneof(
      fc.string(),
      fc.string().map((inside) => `shell(${inside})`),
      fc.string().map((inside) => `edit_file(${inside}`),
    )
    fc.assert(
      fc.property(typed, (text) => {
        const read = parseRule(text)
        if ('wrong' in read) expect(read.wrong).toMatch(/\.$/)
        else expect(parseRule(printRule(read.pattern))).toEqual(read)
      }),
      { numRuns: 3000 },
    )
  })

  it.each([
    ['shell(npm test)', { type: 'argv', tool: 'shell', argv: ['npm', 'test'], exact: true }],
    ['shell(npm run *)', { type: 'argv', tool: 'shell', argv: ['npm', 'run'], exact: false }],
    ['shell(git push *) in /workspace/app', { type: 'argv', tool: 'shell', argv: ['git', 'push'], exact: false, cwd: '/workspace/app' }],
    ['shell("a b" c\\ d)', { type: 'argv', tool: 'shell', argv: ['a b', 'c d'], exact: true }],
    ['shell(make; npm test)', { type: 'commands', tool: 'shell', commands: [['make'], ['npm', 'test']] }],
    ['read_file(./src/**)', { type: 'path', tool: 'read_file', path: 'src/**' }],
    ['edit_file(/workspace/docs/*.md)', { type: 'path', tool: 'edit_file', path: 'docs/*.md' }],
    ['fetch(GET API.x.dev)', { type: 'host', tool: 'fetch', host: 'https://api.x.dev' }],
    ['fetch(https://x.dev:443/)', { type: 'host', tool: 'fetch', host: 'https://x.dev' }],
    ['shell', { type: 'tool', tool: 'shell' }],
  ])('reads %s', (text, wanted) => {
    expect(parseRule(text)).toEqual({ pattern: wanted })
  })

  it.each([
    ['', 'names a tool'],
    ['bash(ls)', "no tool 'bash'"],
    ['shell ls', 'stands in brackets'],
    ['shell(ls', 'closing bracket'],
    ['shell(a && b)', "'&' is not a plain word"],
    ['shell(a $x)', "'$' is not a plain word"],
    ['shell(cat *.ts)', 'not a plain word'],
    ['shell(*)', 'Before the *'],
    ['shell(a * b)', 'at the end, once'],
    ['shell()', 'no command'],
    ["shell(a 'b)", 'not a plain word'],
    ['shell(ls) in app', 'a folder is written as'],
    ['shell(ls) in /workspace/../etc', 'without . and ..'],
    ['read_file()', 'brackets are empty'],
    ['read_file(../x)', 'no . or ..'],
    ['read_file(src//x)', 'part of the path is empty'],
    ['read_file(src/)', 'part of the path is empty'],
    ['read_file(a**)', 'alone between slashes'],
    ['grep(src/**)', 'has no pattern'],
    ['fetch(https://x.dev/path)', 'no origin'],
    ['fetch(*.x.dev)', 'no origin'],
    ['shell({"a":)', 'no JSON'],
  ])('refuses %s with a sentence that names what is wrong', (text, part) => {
    expect(parseRule(text)).toEqual({ wrong: expect.stringContaining(part) })
  })

  it('names functions of other programs: one, all that begin alike, or all, and never a tool of ours', () => {
    const names = ['orders::refund', 'orders::refund::all', 'ordersx::refund', '::shell', 'shell']
    const fitting = (wanted: string): readonly string[] => names.filter((name) => fitsTool(wanted, name))
    expect(fitting('orders::refund')).toEqual(['orders::refund'])
    expect(fitting('orders::*')).toEqual(['orders::refund', 'orders::refund::all'])
    expect(fitting('*::*')).toEqual(['orders::refund', 'orders::refund::all', 'ordersx::refund', '::shell'])
    expect(fitting('shell')).toEqual(['shell'])
    for (const text of ['*::refund', 'orders::', 'Orders::refund', 'orders::refund(id)', 'orders::*x'])
      expect(parseRule(text)).toHaveProperty('wrong')
  })

  it('knows that what goes beyond reading cannot be allowed by itself', () => {
    expect(wrongWith({ type: 'acts', tool: 'shell' }, 'allow')).toContain('can ask or deny')
    expect(wrongWith({ type: 'acts', tool: 'shell' }, 'deny')).toBeUndefined()
  })
})
