import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, it, vi } from 'vitest'
import { DirectoryFiles } from './directory-files'

const HERE = realpathSync(mkdtempSync(join(tmpdir(), 'tabwright-files-')))
const ROOT = join(HERE, 'project')
/** What somebody else does as soon as a folder was made or looked at. */
const meanwhile = vi.hoisted(() => ({ after: '', act: (): void => undefined }))

vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof import('node:fs/promises')>()
  const then =
    <A extends unknown[], R>(name: string, run: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const done = await run(...args)
      if (meanwhile.after === name) meanwhile.act()
      return done
    }
  return { ...real, mkdir: then('mkdir', real.mkdir), lstat: then('lstat', real.lstat) }
})

beforeEach(() => {
  meanwhile.after = ''
  for (const folder of [ROOT, join(HERE, 'outside')]) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { mode: 0o700 })
  }
})
afterAll(() => rmSync(HERE, { recursive: true, force: true }))

const make = (path: string) => new DirectoryFiles(ROOT).change('s', [{ type: 'folder', path, permissions: 0o755 }])

it('a folder is made, or gets the bits that it is told to have, and what is no folder stays', async () => {
  expect(await make('a')).toEqual([{ path: 'a', stamp: expect.any(String) }])
  mkdirSync(join(ROOT, 'b'), { mode: 0o700 })
  await make('b')
  expect(statSync(join(ROOT, 'b')).mode & 0o777).toBe(0o755)
  writeFileSync(join(ROOT, 'c'), '')
  expect(await make('c')).toEqual([{ path: 'c', problem: '/workspace/c is there and is no folder.' }])
})

it.each(['mkdir', 'lstat'])('[O45] a link that comes into its place after %s is not followed', async (after) => {
  Object.assign(meanwhile, {
    after,
    act: () => {
      meanwhile.after = ''
      renameSync(join(ROOT, 'a'), join(ROOT, 'old'))
      symlinkSync(join(HERE, 'outside'), join(ROOT, 'a'))
    },
  })
  await make('a')
  expect(statSync(join(HERE, 'outside')).mode & 0o777).toBe(0o700)
})
