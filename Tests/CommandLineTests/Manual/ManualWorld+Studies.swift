import TestSupport

extension ManualWorld {
  private static let stimuli = Places.root + "/configs/studies"

  /// Every study on texts that take a second.
  static let studies = """
    model: \(Demo.modelPath)
    texts:
      story: {path: \(Places.demo)/text/story.txt, limit: 200}
      code: {path: \(Places.demo)/text/code.txt, limit: 200}
      sentences: {path: \(stimuli)/stimuli/sentences.jsonl, window: 13, first: true, limit: 400}
      nonwords: {path: \(stimuli)/stimuli/nonwords.jsonl, window: 13, first: true, limit: 400}
      trials: {path: \(stimuli)/stimuli/trials.jsonl, window: 13, first: true}
    window: 32
    studies:
      statistics: {texts: [story, code]}
      ablation: {statistics: [story], evaluation: [code], fractions: 3, seeds: 1, resample: ids}
      pruning:
        {forget: code, retain: story, importance: [abs, sqrt, std, rms, freq], percents: [0, 10, 20], seeds: 1,
         iterative: true, step: 10, until: 20, sites: [mlp_pre_out], apply: pruned.json}
      modularity:
        {tasks: [story, code], evaluation: {story: story, code: code}, clusters: 4, seeds: 1, draws: 99, deals: 2,
         goals: [50]}
      patching: {paragraphs: paragraphs.jsonl, steps: 4}
      localizer:
        {conditions: {S: sentences, N: nonwords}, contrast: [S, N], evaluation: {story: story}, seeds: 2, draws: 99,
         untrained: true, passages: {path: \(stimuli)/passages.jsonl, synthetic: true},
         responses: {table: \(stimuli)/responses.csv, stimuli: trials, site: res_post, synthetic: true, ceiling: 0.8}}
      diversity:
        {texts: story, prompts: ["One day,"], samples: 8, steps: 6, positions: [2], disturbed: 2, draws: 9, k: 2,
         against: {layer: 2, matrix: down, row: 0, column: 0, rows: 64, columns: 128, kind: maximum}}
      coupling:
        {prompts: ["One day, Tom", "The city of"], ranks: [4], controls: [matched, shuffled], seeds: 1, draws: 2,
         tokens: 2}
      autoencoder:
        {training: story, evaluation: code, layer: 0, features: 16, autoencoders: [{topk: 2}, {jumprelu: 0.5}],
         steps: 4, batch: 16}
      realignment:
        {styles: {a: {training: rows.jsonl, evaluation: rows.jsonl}}, width: 4, seeds: 1, controls: [shuffled],
         steps: 2, batch: 2, prompts: ["One"], tokens: 3, watch: true}

    """
}
