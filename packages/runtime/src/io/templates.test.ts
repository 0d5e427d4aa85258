import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { TEMPLATES } from '@tabwright/protocol'
import { expect, test } from 'vitest'
import { TEMPLATE_FILES } from './templates'

test('the program of a template passes its own tests and says what it counts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tabwright-template-'))
  try {
    for (const [path, text] of Object.entries(TEMPLATE_FILES.program)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const run = (...args: string[]): string => execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
    expect(run('--test')).toContain('# pass 2')
    expect(run('src/main.js')).toMatch(/^2\tnode\n1\ta\n/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a page of a template names no file that is not there', () => {
  const named = [...(TEMPLATE_FILES.page['index.html'] ?? '').matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path]) => path)
  expect(named).toEqual(['style.css', 'main.js'])
  expect(Object.keys(TEMPLATE_FILES.page)).toEqual(expect.arrayContaining(named))
})

test('each template has files', () => {
  for (const name of TEMPLATES) expect(Object.keys(TEMPLATE_FILES[name]).length).toBeGreaterThan(2)
})
