export type { ViewedModel } from './model-view.ts';
export { viewModel } from './model-view.ts';
