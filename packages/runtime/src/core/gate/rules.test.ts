import { describe, expect, it } from 'vitest'
import type { Rule } from '@tabwright/protocol'
import { simpleCommand } from './argv'
import { BUILT_IN_RULES, judge } from './rules'

const shell = (command: string): Parameters<typeof judge>[0] => ({ tool: 'shell', input: { command }, bytes: JSON.stringify({ command }) })
const rule = (effect: Rule['effect'], pattern: Rule['pattern']): Rule => ({
  id: `${effect}`,
  effect,
  pattern,
  scope: 'session',
  why: 'test',
})

describe('simpleCommand', () => {
  it.each([
    ['npm test', ['npm', 'test']],
    [`grep -n "a b" 'c d'`, ['grep', '-n', 'a b', 'c d']],
    ['echo a\\ b', ['echo', 'a b']],
    [`echo ''`, ['echo', '']],
  ])('reads %s as words', (text, words) => {
    expect(simpleCommand(text)).toEqual(words)
  })

  it.each([
    'a && b',
    'a;b',
    'a | b',
    'a & b',
    'a\nb',
    'a > f',
    'a < f',
    '$(x)',
    '`x`',
    'echo $HOME',
    'echo "$HOME"',
    'ls *',
    'ls ?',
    'A=1 b',
    '(a)',
    '{a,b}',
    '# x',
    'echo "a',
    `echo 'a`,
    'a\\',
    '!x',
    'a\u202eb',
    'a\u200bb',
    "'a\u202eb'",
    '~/x',
    '',
    '   ',
    'a <<E',
    '"" x',
  ])('gives up on %j', (text) => {
    expect(simpleCommand(text)).toBeUndefined()
  })
})

describe('judge', () => {
  it('denies before it asks before it allows, whatever the order', () => {
    const allow = rule('allow', { type: 'tool', tool: 'shell' })
    const ask = rule('ask', { type: 'argv', tool: 'shell', argv: ['rm'], exact: false })
    const deny = rule('deny', { type: 'argv', tool: 'shell', argv: ['rm', '-rf'], exact: false })
    expect(judge(shell('ls'), [allow, ask, deny]).type).toBe('allow')
    expect(judge(shell('rm x'), [allow, ask, deny]).type).toBe('ask')
    expect(judge(shell('rm -rf x'), [allow, ask, deny]).type).toBe('deny')
    expect(judge(shell('rm -rf x'), [deny, ask, allow]).type).toBe('deny')
  })

  it('asks when no rule speaks, and offers the narrowest rule', () => {
    const verdict = judge(shell('node --test'), BUILT_IN_RULES)
    expect(verdict.type).toBe('ask')
    const offer = verdict.type === 'ask' ? verdict.offer : undefined
    expect(offer?.pattern).toEqual({ type: 'argv', tool: 'shell', argv: ['node', '--test'], exact: true })
    const rules = [...BUILT_IN_RULES, ...(offer ? [offer] : [])]
    expect(judge(shell('node --test'), rules).type).toBe('allow')
    expect(judge(shell('node  "--test"'), rules).type).toBe('allow')
    expect(judge(shell('node --test x'), rules).type).toBe('ask')
    expect(judge(shell('node --test; rm -rf .'), rules).type).toBe('ask')
  })

  it('offers the exact bytes for a command that is not simple', () => {
    const verdict = judge(shell('a && b'), BUILT_IN_RULES)
    const offer = verdict.type === 'ask' ? verdict.offer : undefined
    expect(offer?.pattern.type).toBe('bytes')
    expect(judge(shell('a && b'), offer ? [offer] : []).type).toBe('allow')
    expect(judge(shell('a && c'), offer ? [offer] : []).type).toBe('ask')
  })

  it.each(['ls -la', 'cat a.txt', 'grep -rn x src', 'wc -l a'])('lets %s look', (command) => {
    expect(judge(shell(command), BUILT_IN_RULES).type).toBe('allow')
  })

  it.each(['ls > a', 'cat a | sh', 'ls; rm a', 'env ls', 'find . -delete', 'npm install', 'echo $(rm a)'])(
    'does not let %s pass as looking',
    (command) => {
      expect(judge(shell(command), BUILT_IN_RULES).type).toBe('ask')
    },
  )

  it('lets nothing pass for a tool that no rule names', () => {
    expect(judge({ tool: 'deploy', input: {}, bytes: '{}' }, BUILT_IN_RULES).type).toBe('ask')
  })
})
