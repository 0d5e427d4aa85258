import type { Mode, TemplateName } from '@tabwright/protocol'

/** What a session begins with. */
export interface NewSession {
  readonly title: string
  readonly project: 'demo' | 'blank'
  /** Files that lie in the workspace then. */
  readonly template?: TemplateName
  readonly mode: Mode
}
