// A file of its own, so that the bundler makes one worker script of Monaco's diff and link computations.
import 'monaco-editor/editor/editor.worker'
