import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { confinedPlace, openPlace } from './confined'
import { judge } from './judge'
import { prove } from './prove'
import type { ScriptedStep } from './scripted-answer'
import { readTasks, TASK_KINDS } from './task-list'

const confined = confinedPlace(resolve('.'))
// Answers that we wrote ourselves may run without a fence.
const PLACE = typeof confined === 'string' ? openPlace(resolve('.')) : confined
const tasks = readTasks(resolve('evals/projects'))

/** In the sandbox each project's own tests are run once: for every answer they take two minutes. `TABWRIGHT_WHOLE_LISTS=1` runs all. */
const isWhole = process.env['TABWRIGHT_WHOLE_LISTS'] === '1'
const shortened = (steps: readonly ScriptedStep[]): readonly ScriptedStep[] => steps.filter((step) => isWhole || !('try' in step))

describe.each(tasks.map((task) => [task.id, task] as const))('%s', (_, task) => {
  it('is not solved by leaving everything as it is', async () => {
    expect(await judge(task, task.project.files, PLACE)).toMatchObject({ isSolved: false })
  })

  it('is solved by the right answer', async () => {
    const { right } = await task.answers()
    const steps = task.kind === 'mend' && task.project.needs === undefined ? right : shortened(right)
    const { isSolved, why, trouble } = await prove(task, steps, PLACE)
    expect({ trouble, isSolved, why }).toEqual({ trouble: [], isSolved: true, why: '' })
  })

  it('is not solved by the wrong answer, for a reason', async () => {
    const { wrong } = await task.answers()
    const { isSolved, why, trouble } = await prove(task, shortened(wrong), PLACE)
    expect({ trouble, isSolved }).toEqual({ trouble: [], isSolved: false })
    expect(why).toMatch(/\w+ \w+/)
  })
})

it('Every project has one task of each kind', () => {
  const projects = new Map(tasks.map(({ project }) => [project.name, project]))
  for (const name of projects.keys())
    expect(
      tasks
        .filter(({ project }) => project.name === name)
        .map(({ kind }) => kind)
        .toSorted(),
      name,
    ).toEqual(TASK_KINDS.toSorted())
})
