export { workIn } from './at-work'
export { TasksPane, type TasksPaneProps } from './tasks-pane'
