import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { afterAll, expect, it } from 'vitest'
import { FolderTaken, holdFolder } from './folder-lock'

const root = mkdtempSync(join(tmpdir(), 'tabwright-lock-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

it('a folder is one relay’s until that lets it go', async () => {
  const folder = join(root, 'data')
  const release = await holdFolder(folder)
  await expect(holdFolder(folder)).rejects.toThrow(FolderTaken)
  await expect(holdFolder(join(root, 'data', '..', 'data'))).rejects.toThrow(/give this one a folder of its own/)
  await release()
  await (
    await holdFolder(folder)
  )()
})

it('a folder whose path is longer than a socket’s name may be is held as well', async () => {
  const folder = join(root, 'x'.repeat(120), 'y'.repeat(60))
  const release = await holdFolder(folder)
  await expect(holdFolder(folder)).rejects.toThrow(FolderTaken)
  await release()
})

it('what a killed process left is taken over', async () => {
  const folder = join(root, 'killed')
  await (
    await holdFolder(folder)
  )()
  const name = join(folder, 'relay.lock')
  const child = spawn(process.execPath, ['-e', `require('net').createServer().listen(${JSON.stringify(name)}, () => console.log('on'))`])
  await once(child.stdout, 'data')
  await expect(holdFolder(folder)).rejects.toThrow(FolderTaken)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(existsSync(name)).toBe(true)
  await (
    await holdFolder(folder)
  )()
})
