import type { Mode, Rule, Verdict } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { gitHookFiles } from '../core/gate/git-hooks'
import { BUILT_IN_RULES, judge } from '../core/gate/rules'
import { subjectOf } from '../core/gate/subject'
import { readCommandLine } from '../shell/language/command-line'
import { openWorkspace } from '../workspace/workspace'

const FILES: readonly (readonly [path: string, isRunnable: boolean])[] = [
  ['.git/hooks/pre-commit', true],
  ['.git/hooks/commit-msg', true],
  ['.git/hooks/pre-push', true],
  ['.git/hooks/post-checkout', false],
  ['.git/hooks/pre-rebase.sample', true],
  ['.git/hooks/update', true],
  ['lib/.git/hooks/post-merge', true],
  ['src/hooks/post-commit', true],
]

function hooksOf(files: typeof FILES): readonly string[] {
  const workspace = openWorkspace({ entries: [], now: () => 0, loadBlob: () => Promise.reject(new Error('nothing is stored')) })
  const draft = workspace.draft()
  for (const [path, isRunnable] of files)
    draft.write(path, new TextEncoder().encode('#!/bin/sh\n'), { mode: isRunnable ? 'executable' : 'file' })
  workspace.adopt(draft.delta())
  return gitHookFiles(workspace)
}

function judged(
  command: string,
  how: { readonly mode?: Mode; readonly rules?: readonly Rule[]; readonly hooks?: readonly string[] } = {},
): Verdict {
  const input = { command }
  const call = { tool: 'shell', input, bytes: JSON.stringify(input), effect: 'tx' as const }
  const eyes = { readCommand: readCommandLine, followLinks: (path: string) => path, gitHooks: how.hooks ?? hooksOf(FILES) }
  return judge(subjectOf(call, eyes), { rules: [...BUILT_IN_RULES, ...(how.rules ?? [])], mode: how.mode ?? 'auto' })
}

const COMMITTING: Rule = {
  id: 'r',
  effect: 'allow',
  pattern: { type: 'argv', tool: 'shell', argv: ['git', 'commit'], exact: false },
  scope: 'session',
  why: 'you allowed it',
}

describe('what git runs by itself', () => {
  it('is what git would find and may execute, and nothing else', () => {
    expect(hooksOf(FILES)).toEqual(['.git/hooks/commit-msg', '.git/hooks/pre-commit', '.git/hooks/pre-push', 'lib/.git/hooks/post-merge'])
  })

  it('stands on the card of the command that runs it, in every mode that asks', () => {
    for (const mode of ['ask', 'accept-edits', 'auto'] as const)
      expect(judged('git commit -m x', { mode })).toMatchObject({
        type: 'ask',
        reason: 'No rule allows this command. Git may run .git/hooks/commit-msg and .git/hooks/pre-commit by itself with it.',
      })
    expect(judged('git push', {})).toMatchObject({ type: 'ask', reason: expect.stringContaining('.git/hooks/pre-push by itself') })
    expect(judged('cat .env; git commit', {})).toMatchObject({
      type: 'ask',
      reason: expect.stringMatching(/secrets.*pre-commit by itself/),
    })
  })

  it.each([
    'git commit -m x',
    'git -C lib commit',
    'git --no-pager -c a.b=c commit',
    'env A=1 git commit',
    'ls | xargs git commit -m',
    'cd src && /usr/bin/git commit',
    'git $verb',
    'git "$@"',
    'git ci',
    'echo $(git commit -m x)',
    'git merge f',
    'git pull',
    'git rebase main',
    'git cherry-pick x',
    'true & git push',
  ])('is asked about in Auto: %s', (command) => {
    expect(judged(command).type).toBe('ask')
    expect(judged(command, { hooks: [] }).type).toBe('allow')
    expect(judged(command, { mode: 'bypass' }).type).toBe('allow')
  })

  it.each([
    'git status',
    'git add -A',
    'git log',
    'git -C lib diff',
    'git --version',
    'git',
    'git checkout main',
    'git stash',
    'echo git commit',
    'npm test',
  ])('asks about nothing that runs no hook: %s', (command) => {
    expect(judged(command).type).toBe('allow')
  })

  it('passes where a person allowed the command, and only that one', () => {
    expect(judged('git commit -m x', { rules: [COMMITTING], mode: 'ask' }).type).toBe('allow')
    expect(judged('git commit -m x && git push', { rules: [COMMITTING] }).type).toBe('ask')
    expect(judged('git commit -m x', { mode: 'plan' }).type).toBe('deny')
  })
})
