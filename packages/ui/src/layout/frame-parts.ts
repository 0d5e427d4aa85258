/** The parts that can be put away. */
export type FramePart = 'sessions' | 'workbench' | 'terminal'
export type FrameOpen = Readonly<Record<FramePart, boolean>>

/** What a narrow screen shows; it has room for one. */
export type NarrowView = 'chat' | 'changes' | 'files' | 'preview' | 'terminal' | 'sessions'

/** What the workbench shows above its drawer. */
export type WorkbenchTab = 'changes' | 'files' | 'preview'
