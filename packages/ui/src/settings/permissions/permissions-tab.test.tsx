import { parseRule, type KeptRule, type RuleEffect } from '@tabwright/protocol'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { levelOf } from './level-choice'
import { RuleTable } from './rule-table'
import { SessionRules } from './session-rules'
import { verdictText } from './try-box'

function kept(effect: RuleEffect, typed: string): KeptRule {
  const read = parseRule(typed)
  if ('wrong' in read) throw new Error(read.wrong)
  return { id: typed, effect, pattern: read.pattern, scope: 'user', why: 'you wrote it in Settings', createdAt: 0 }
}

describe('the level', () => {
  it('[F40] is read off mode and rules, and is none where they are of a person’s own making', () => {
    const denies = [kept('deny', 'shell(beyond reading)'), kept('deny', 'fetch')]
    expect(levelOf('ask', denies)).toBe('read-only')
    expect(levelOf('ask', denies.slice(1))).toBe('prompt')
    expect(
      levelOf(
        'ask',
        denies.map((rule) => ({ ...rule, effect: 'ask' as const })),
      ),
    ).toBe('prompt')
    expect(levelOf('accept-edits', [])).toBe('workspace-write')
    expect(levelOf('auto', [])).toBe('danger-full-access')
    expect(levelOf('bypass', [])).toBe('allow')
    expect(levelOf('plan', [])).toBeUndefined()
  })
})

describe('the table of rules', () => {
  it('says what each does, where and why, and spells out what hides', () => {
    const markup = renderToStaticMarkup(<RuleTable rules={[kept('allow', "shell('rm\u202E')")]} onRemove={() => undefined} />)
    expect(markup).toContain('All projects')
    expect(markup).toContain('you wrote it in Settings')
    expect(markup).toContain('Never')
    expect(markup).toContain('aria-label="Delete allow shell')
    expect(markup).not.toContain('\u202E')
  })

  it('says how a rule comes to be where there is none', () => {
    expect(renderToStaticMarkup(<RuleTable rules={[]} onRemove={() => undefined} />)).toContain('No rules yet.')
  })
})

describe('what was allowed for a session', () => {
  it('[F66] is listed and can be taken back by name; what hides is spelled out', () => {
    const rule = { ...kept('allow', "shell('rm\u202E')"), scope: 'session' as const, why: 'you allowed it for this session' }
    const markup = renderToStaticMarkup(<SessionRules rules={[rule]} onRevoke={() => undefined} />)
    expect(markup).toContain('you allowed it for this session')
    expect(markup).toContain('aria-label="Take back shell')
    expect(markup).not.toContain('\u202E')
    expect(renderToStaticMarkup(<SessionRules rules={[]} onRevoke={() => undefined} />)).toContain('Nothing yet.')
  })
})

it('a verdict is one sentence that names the rule or the mode', () => {
  expect(verdictText({ type: 'allow', rule: 'r', shown: 'shell(make) (why)', by: [] })).toBe('Allowed by rule shell(make) (why).')
  expect(verdictText({ type: 'allow', rule: 'mode:auto', shown: 'mode Auto (why)' })).toBe('Allowed by mode Auto (why).')
  expect(verdictText({ type: 'deny', rule: 'r', reason: 'rule fetch denies it: why' })).toBe('Denied: rule fetch denies it: why.')
  expect(verdictText({ type: 'ask', reason: 'No rule allows it.' })).toBe('Asks: No rule allows it.')
})
