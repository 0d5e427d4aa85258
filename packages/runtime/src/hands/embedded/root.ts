/** Where the workspace is mounted in the shell, and where it stands at the start. */
export const ROOT = '/workspace'
