"""`python -m pyinstrument`: the names of mainstay.profile.__main__."""

if __name__ == "__main__":
    from mainstay.profile.__main__ import main

    main()
else:
    from mainstay.dropin._mirror import mirror

    # fmt: off
    mirror(__name__, "mainstay.profile.__main__", (
        "CommandLineOptions", "OptionsParseError", "Profiler", "Session", "USER_DATA_DIR",
        "ValueWithRemainingArgs", "compute_render_options", "create_renderer", "file_is_a_tty",
        "file_supports_color", "file_supports_unicode", "get_renderer_class",
        "guess_renderer_from_outfile", "load_report_from_temp_storage", "main",
        "object_with_import_path", "renderers", "report_dir", "save_report_to_temp_storage",
    ))
