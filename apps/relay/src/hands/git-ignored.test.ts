import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { openConfinement, type Confinement } from './confinement'
import { lookAt } from './directory-look'

const HERE = realpathSync(mkdtempSync(join(tmpdir(), 'tabwright-look-')))
const ROOT = join(HERE, 'project')
const OPEN = openConfinement({ ...process.env, HOME: HERE })

beforeAll(() => {
  mkdirSync(join(HERE, 'bin'))
  execFileSync('git', ['init', '-q', ROOT])
  writeFileSync(join(ROOT, '.gitignore'), 'kept.txt\n')
  writeFileSync(join(ROOT, 'kept.txt'), 'mine\n')
})
afterEach(() => void vi.useRealTimers())
afterAll(() => rmSync(HERE, { recursive: true, force: true }))

/** With another program in git's place. */
function withGit(script: string, isConfined = false): Confinement {
  writeFileSync(join(HERE, 'bin/git'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return { ...OPEN, isConfined, env: { ...OPEN.env, PATH: `${join(HERE, 'bin')}:${OPEN.env['PATH']}` } }
}

it('what git leaves out stays there', async () => {
  const { entries, left } = await lookAt(ROOT, OPEN, false)
  expect([entries.map(({ path }) => path), left]).toEqual([['.gitignore'], ['.git', 'kept.txt']])
})

it('a repository that git does not read is not told without what it leaves out', async () => {
  const foreign = { ...OPEN, env: { ...OPEN.env, GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' } }
  await expect(lookAt(ROOT, foreign, false)).rejects.toThrow('another user’s')
})

it('git fetches nothing, asks nobody, and trusts every repository only where it is confined', async () => {
  const asked = `echo "$*" > ${HERE}/args; env > ${HERE}/env`
  await lookAt(ROOT, withGit(asked), false)
  expect(readFileSync(join(HERE, 'args'), 'utf8')).not.toContain('safe.directory')
  const env = readFileSync(join(HERE, 'env'), 'utf8').split('\n')
  expect(env).toEqual(expect.arrayContaining(['GIT_ALLOW_PROTOCOL=none', 'GIT_NO_LAZY_FETCH=1', 'GIT_TERMINAL_PROMPT=0']))
  await lookAt(ROOT, withGit(asked, true), false)
  expect(readFileSync(join(HERE, 'args'), 'utf8')).toContain('safe.directory=*')
})

it('git that does not come to an end is ended after ten seconds', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const looked = lookAt(ROOT, withGit('exec sleep 30'), false)
  vi.advanceTimersByTime(10_000)
  await expect(looked).rejects.toThrow('it was ended')
})
