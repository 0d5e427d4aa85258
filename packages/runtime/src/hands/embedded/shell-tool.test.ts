import { describe, expect, it } from 'vitest'
import { CAPS, LACKING_COMMANDS, SHELL_TOOL, TOLD_COMMANDS } from './shell-tool'
import { embeddedSystem } from './system'

const spawn = (): never => {
  throw new Error('no program is started here')
}

describe('what the agent is told about these hands', () => {
  const { commands } = embeddedSystem({ spawn, isOver: () => false })

  it('names only commands that are there', () => {
    expect(TOLD_COMMANDS.filter((name) => !commands.has(name))).toEqual([])
  })

  it('says of no command that it is missing while it is there', () => {
    expect(LACKING_COMMANDS.filter((name) => commands.has(name))).toEqual([])
  })

  it('is in the description of the tool', () => {
    for (const part of [TOLD_COMMANDS.join(' '), LACKING_COMMANDS.join(' '), '127']) expect(CAPS).toContain(part)
    expect(SHELL_TOOL.description).toContain(CAPS)
  })
})
