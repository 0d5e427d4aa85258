import type { ReactNode } from 'react'

/** The parts that can be put away. */
export type FramePart = 'sessions' | 'workbench' | 'terminal'
export type FrameOpen = Readonly<Record<FramePart, boolean>>

/** What the workbench shows above its drawer, in the order of its tabs. */
export const WORKBENCH_TABS = ['changes', 'files', 'preview', 'tasks', 'trace', 'context'] as const
export type WorkbenchTab = (typeof WORKBENCH_TABS)[number]

/** What is in each tab; undefined: there is no such tab. */
export type WorkbenchPanes = Readonly<Record<WorkbenchTab, ReactNode | undefined>>

/** What a narrow screen shows; it has room for one. */
export type NarrowView = 'chat' | 'terminal' | 'sessions' | WorkbenchTab

/** Whether a narrow screen shows a tab of the workbench. */
export function isWorkbenchTab(view: NarrowView): view is WorkbenchTab {
  return WORKBENCH_TABS.some((tab) => tab === view)
}
