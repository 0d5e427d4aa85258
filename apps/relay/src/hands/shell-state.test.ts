import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { functionVariables, NEW_SHELL, prologueOf, readState } from './shell-state'

const PLACE = { path: ['/usr/bin', '/bin'], root: '/workspace' }

/** What a shell would have said: the records that it writes at its end. */
function said(vars: string, others: readonly string[] = [], cwd = '/workspace/src'): string {
  const head = ['begin', 'cwd', cwd, 'path', '/usr/bin:/bin', 'set', 'set -o errexit', 'shopt', 'shopt -s extglob', 'vars', vars]
  return [...head, ...others, 'end', ''].join('\0')
}

it('what fits is kept: folder, options, variables of every quoting', () => {
  const vars = [
    'declare -- A="one two"',
    "declare -x B=$'a\\nb'",
    'declare -a C=([0]="x" [3]="y")',
    'declare -A D=([k]="v" )',
    'declare -i N="7"',
  ]
  const read = readState(said(vars.join('\n')), PLACE)
  expect(read?.state).toMatchObject({ cwd: '/workspace/src', options: ['errexit'], shopts: ['extglob'], variables: vars })
  expect(read?.dropped).toEqual([])
})

it.each([
  ['a substitution', 'declare -- A="$(touch x)"'],
  ['a back-tick', 'declare -- A="`touch x`"'],
  ['what stands behind the value', 'declare -- A="a"; touch x'],
  ['a subscript that is worked out', 'declare -a A=([$(touch x)]="1")'],
  ['a list whose subscript is a name', 'declare -a A=([x]="1")'],
  ['a number that is worked out', 'declare -i A="b[$(touch x)]"'],
  ['a number by words', 'declare -i A="b"'],
  ['a reference', 'declare -n A="PATH"'],
  ['a name that is none', 'declare -- A;touch="1"'],
])('a forged variable with %s is not said again', (_what, line) => {
  expect(readState(said(line), PLACE)?.state.variables).toEqual([])
})

it.each(['LD_PRELOAD', 'NODE_OPTIONS', 'GIT_SSH_COMMAND', 'BASH_ENV', 'PATH', 'PS4', 'IFS', 'HOME'])(
  '%s, by which other words than a command’s own decide what runs, does not go on',
  (name) => {
    expect(readState(said(`declare -x ${name}="/workspace/x"`), PLACE)?.state.variables).toEqual([])
  },
)

it('a function is one definition: what is written behind it makes bash refuse it', () => {
  const forged = 'f () \n{ \n    true\n}; echo forged'
  const read = readState(said('', ['function', 'f', forged, 'function', 'g', 'g () \n{ \n    echo fine\n}']), PLACE)
  const env = { PATH: '/usr/bin:/bin', ...(read && functionVariables(read.state)) }
  expect(spawnSync('bash', ['-c', 'g; f'], { env, encoding: 'utf8' }).stdout).toBe('fine\n')
})

it('names of commands, built-ins and paths are dropped by name, and what was not said to its end is nothing', () => {
  const functions = ['ls', 'cd'].flatMap((name) => ['function', name, `${name} () \n{ \n    true\n}`])
  const read = readState(said('', [...functions, 'alias', '/bin/ls', 'true', 'alias', 'list', "ls 'a'"]), PLACE)
  expect(read?.dropped).toEqual(['ls', 'cd', '/bin/ls'])
  expect([...(read?.state.aliases ?? [])]).toEqual([['list', "ls 'a'"]])
  expect(prologueOf({ ...NEW_SHELL, aliases: new Map([['list', "ls 'a'"]]) })).toBe(String.raw`alias list='ls '\''a'\'''`)
  expect(readState('begin\0cwd\0/workspace\0', PLACE)).toBeUndefined()
  expect(readState('', PLACE)).toBeUndefined()
})

it('a folder outside of the directory is not where the next command begins', () => {
  expect(readState(said('', [], '/etc'), PLACE)?.state.cwd).toBe('/workspace')
})
