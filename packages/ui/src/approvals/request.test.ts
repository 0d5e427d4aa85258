import { expect, test } from 'vitest'
import { questionOf } from './request'

test('the command and the purpose come out of the digested bytes', () => {
  expect(questionOf({ tool: 'shell', bytes: '{"command":"rm -rf dist","purpose":"Clean the build"}' })).toEqual({
    title: 'Run a command?',
    command: 'rm -rf dist',
    purpose: 'Clean the build',
  })
})

test('bytes that are no JSON still give a question, and nothing is pulled out of them', () => {
  expect(questionOf({ tool: 'shell', bytes: 'nonsense' })).toEqual({ title: 'Run a command?' })
})

test('an unknown tool is named', () => {
  expect(questionOf({ tool: 'orders::refund', bytes: '{}' }).title).toBe('Let the agent use orders::refund?')
})

test('the folder of a command is told when it is not the workspace itself', () => {
  const folderOf = (cwd: string, tool = 'shell') => questionOf({ tool, bytes: JSON.stringify({ command: 'make', cwd }) }).folder
  expect(folderOf('/workspace/build')).toBe('/workspace/build')
  expect(folderOf('')).toBe('')
  expect(folderOf('/workspace')).toBeUndefined()
  expect(folderOf('/workspace/build', 'glob')).toBeUndefined()
})
